/** `registry.example.com:5000/shop:1.4@sha256:…`. Without a tag or digest, `latest` is meant. */
export function imageParts(image: string): { repository: string; version: string } {
  const [named = '', digest] = image.split('@', 2);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  return {
    repository: hasTag ? named.slice(0, colon) : named,
    version: [tag, digest].filter((part) => part !== undefined).join('@') || 'latest',
  };
}
