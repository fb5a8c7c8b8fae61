const extensions =
  /\.(?:js|mjs|cjs|css|map|json|xml|txt|html?|xhtml|php|aspx?|jsp|do|action|cgi|ico|png|jpe?g|gif|svg|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|pdf|zip|gz|br|wasm|webmanifest|csv|rss|atom|docx?|xlsx?|pptx?)$/i;

/** Whether a segment of a path names a file by a usual ending. */
export function isStaticFile(segment: string): boolean {
  return extensions.test(segment);
}

const assets =
  /\.(?:js|mjs|cjs|css|map|ico|png|jpe?g|gif|svg|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|wasm|webmanifest)$/i;

/** Whether it names a part of a page: a script, a style, a picture, a font. Their names may hold a digest that looks like a token. */
export function isAsset(segment: string): boolean {
  return assets.test(segment);
}

/** The usual ending of a file with its point; empty where there is none. */
export function extensionOf(text: string): string {
  return extensions.exec(text)?.[0] ?? '';
}
