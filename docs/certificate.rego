# What a signed statement of Shakedown must say before a release is let through, for Open Policy Agent 1.x and conftest.
# A signature alone says nothing of that: `cosign` accepts a statement that says FAILED. Verify it first, then this, on the same bytes:
#
#   jq -j .payload certificate.dsse.json | base64 -d | conftest test --policy certificate.rego --data expected.json -
#
# What is expected stands in a file of yours (docs/certificate.md). Whatever is missing there or in the statement lets nothing through.
package main

import rego.v1

default allow := false

# Shakedown's own certificate: READY for the environment, by the policy, and not expired.
allow if {
	input._type == "https://in-toto.io/Statement/v1"
	input.predicateType == "urn:shakedown:release-certificate:v1"
	of_artifact
	input.predicate.word == "READY"
	input.predicate.environment.name == data.expected.environment
	input.predicate.policy.sha256 == data.expected.policy
	every gate in data.expected.gates { passed(gate) }
	count(data.expected.gates) > 0
	young(input.predicate.issued)
	time.parse_rfc3339_ns(input.predicate.expires) > time.now_ns()
}

# SLSA's verification summary, for those who read no other.
allow if {
	input._type == "https://in-toto.io/Statement/v1"
	input.predicateType == "https://slsa.dev/verification_summary/v1"
	of_artifact
	input.predicate.verificationResult == "PASSED"
	input.predicate.verifier.id == data.expected.verifier
	input.predicate.resourceUri == data.expected.resourceUri
	input.predicate.policy.digest.sha256 == data.expected.policy
	"SHAKEDOWN_READY" in input.predicate.verifiedLevels
	young(input.predicate.timeVerified)
}

of_artifact if {
	some subject in input.subject
	subject.digest.sha256 == data.expected.sha256
}

passed(gate) if {
	some one in input.predicate.gates
	one.id == gate
	one.verdict == "pass"
}

# Not older than expected, and not from the future: clocks agree within five minutes.
young(at) if {
	age_ns := time.now_ns() - time.parse_rfc3339_ns(at)
	age_ns > -300000000000
	age_ns < data.expected.maxAgeHours * 3600000000000
}

deny contains "This statement does not let the release through: what it says, or what it is of, is not what is expected." if not allow
