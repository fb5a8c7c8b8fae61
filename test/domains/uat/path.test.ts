import { expect, it } from 'vitest';
import { pagePath, realAddress } from '../../../src/domains/uat/observe/path.ts';

it('shows a request as it was asked for, without the values of its query, which may be secrets', () => {
  const address = 'https://shop.example:8443/products/17?token=s3cret&page=2&page=3#top';
  expect(realAddress(address)).toBe('https://shop.example:8443/products/17?token=…&page=…');
  expect(pagePath(address)).toBe('/products/:id?page&token');
  expect(realAddress('https://user:secret@shop.example/')).toBe('https://shop.example/');
});

it('cuts what is longer than a line, and leaves what is no address as it is', () => {
  expect(realAddress(`http://a.example/${'x'.repeat(500)}`)).toHaveLength(300);
  expect(realAddress('nowhere')).toBe('nowhere');
});
