/** Pictures that browsers show and the daemon gives out as such. */
const IMAGES = /\.(png|jpe?g|gif|webp)$/i;

export function isImage(path: string): boolean {
  return IMAGES.test(path);
}
