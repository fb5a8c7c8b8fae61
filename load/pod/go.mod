module shakedown/pod

go 1.24
