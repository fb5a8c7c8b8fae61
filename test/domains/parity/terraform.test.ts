import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/domains/parity/compare/compare.ts';
import { ruleSchema } from '../../../src/domains/parity/compare/rules.ts';
import type { Descriptor } from '../../../src/domains/parity/descriptor/format.ts';
import type { Gatherer } from '../../../src/domains/parity/descriptor/gatherer.ts';
import { secretKey } from '../../../src/domains/parity/descriptor/secrets.ts';
import { gatherTerraform } from '../../../src/domains/parity/sources/terraform/show.ts';

const key = secretKey('a key of a test only');
const about = { what: 'state.json', capturedAt: '2026-11-29T00:00:00Z', key };
const resource = (type: string, values: object, more: object = {}) => ({
  ...{ address: `${type}.shop`, mode: 'managed', type, name: 'shop', values },
  ...more,
});
const state = (...resources: object[]) => ({
  ...{ format_version: '1.0', terraform_version: '1.9.0' },
  values: { root_module: { resources } },
});
const sideOf = (environment: string, gatherer: Gatherer): Descriptor => ({
  ...{ environment, capturedAt: about.capturedAt, keyId: key.id },
  ...{ sources: [gatherer.source()], items: gatherer.items },
});

describe('what Terraform shows', () => {
  it('is put where it belongs', () => {
    const { items } = gatherTerraform(
      state(
        resource('aws_db_instance', {
          engine_version: '16.4',
          backup_retention_period: 7,
          multi_az: true,
          arn: 'arn:aws:1',
        }),
        resource('aws_security_group', { ingress: [{ from_port: 443, to_port: 443, cidr_blocks: ['10.0.0.0/8'] }] }),
        resource('aws_cloudfront_distribution', { price_class: 'PriceClass_100' }),
      ),
      about,
    );
    expect(items.get('version/aws_db_instance.shop/engine_version')?.value).toBe('16.4');
    expect(items.get('backup/aws_db_instance.shop/backup_retention_period')?.value).toBe(7);
    expect(items.get('database/aws_db_instance.shop/multi_az')?.value).toBe(true);
    expect(items.get('database/aws_db_instance.shop/arn')?.own).toBe('the provider gives it');
    expect([...items.keys()].filter((each) => each.startsWith('network/')).length).toBe(3);
    expect(items.get('cdn/aws_cloudfront_distribution.shop/price_class')?.value).toBe('PriceClass_100');
  });

  it('hides what is marked as sensitive, in lists and below, and in variables and outputs', () => {
    const document = {
      ...state(
        resource(
          'aws_thing',
          { user: { name: 'a', phrase: 'hidden-one' }, list: ['plain', 'hidden-two'], all: { deep: 'hidden-three' } },
          { sensitive_values: { user: { phrase: true }, list: [false, true], all: true } },
        ),
      ),
      variables: { phrase: { value: 'hidden-four' } },
      configuration: { root_module: { variables: { phrase: { sensitive: true } } } },
    };
    Object.assign(document.values, { outputs: { phrase: { sensitive: true, value: 'hidden-five' } } });
    const text = JSON.stringify([...gatherTerraform(document, about).items]);
    expect(text).not.toContain('hidden');
    expect(text).toContain('"a"');
  });

  it('counts the members of a count, whose attributes are one item each', () => {
    const members = (count: number) =>
      state(
        ...Array.from({ length: count }, (_, index) =>
          resource(
            'aws_instance',
            { instance_type: 'm5.large', id: `i-${index}` },
            { address: `aws_instance.web[${index}]`, index },
          ),
        ),
      );
    const [production, staging] = [gatherTerraform(members(3), about), gatherTerraform(members(1), about)];
    expect(production.items.get('instances/aws_instance.web')?.value).toBe(3);
    expect(production.items.get('configuration/aws_instance.web/instance_type')?.value).toBe('m5.large');
    const rules = [ruleSchema.parse({ item: 'instances/**', rule: 'ratio', scale: '1:3' })];
    const { differences } = compare(sideOf('production', production), sideOf('staging', staging), {
      rules,
      names: [],
      today: '2026-11-29',
    });
    expect(differences).toEqual([]);
  });

  it('reads a plan as what will be, and says what nobody knows yet', () => {
    const { items, source } = Object.assign(
      gatherTerraform(
        {
          format_version: '1.2',
          planned_values: { root_module: { resources: [resource('aws_lb', { idle_timeout: 60 })] } },
          resource_changes: [
            {
              address: 'aws_lb.shop',
              type: 'aws_lb',
              change: { actions: ['create'], after_unknown: { dns_name: true, size: true } },
            },
          ],
        },
        about,
      ),
    );
    expect(items.get('load-balancer/aws_lb.shop/size')?.unknown).toMatch(/only when the plan is applied/);
    expect(items.get('load-balancer/aws_lb.shop/dns_name')?.own).toBeTruthy();
    expect(source).toBeTypeOf('function');
  });

  it.each([
    ['a raw state file', { version: 4, lineage: 'x', resources: [] }, /raw state file/],
    ['an empty state', { format_version: '1.0' }, /holds no resource/],
    ['no object', [], /is not what Terraform shows/],
    ['a resource that is none', { format_version: '1.0', values: { root_module: { resources: [5] } } }, /another form/],
    ['values of another form', { format_version: '1.0', values: 'x' }, /values/],
  ])('refuses %s in one line', (_, document, message) => {
    expect(() => gatherTerraform(document, about)).toThrow(message);
  });
});
