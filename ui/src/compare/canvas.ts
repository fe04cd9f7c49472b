import type { Difference, Pixels } from './pixel-difference';

/** Larger pictures aren't compared pixel by pixel. */
const MOST_PIXELS = 24_000_000;

/** The pixels of a picture; null where there are too many, or the browser doesn't give them. */
export function pixelsOf(image: HTMLImageElement): Pixels | null {
  const { naturalWidth: width, naturalHeight: height } = image;
  if (width === 0 || height === 0 || width * height > MOST_PIXELS) return null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  try {
    context.drawImage(image, 0, 0);
    return { width, height, data: context.getImageData(0, 0, width, height).data };
  } catch {
    return null;
  }
}

/** Red, green and blue of the colour that texts have at this place. */
export function differingColour(node: HTMLElement): [number, number, number] {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return [0, 0, 0];
  context.fillStyle = getComputedStyle(node).color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** Draws differing pixels in a colour, the stronger the more they differ, and clear ones where nothing does. */
export function paint(canvas: HTMLCanvasElement, difference: Difference, [red, green, blue]: [number, number, number]): void {
  canvas.width = difference.width;
  canvas.height = difference.height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(difference.width, difference.height);
  difference.amounts.forEach((amount, i) => {
    if (amount > 0) image.data.set([red, green, blue, 90 + Math.round(amount * 0.647)], i * 4);
  });
  context.putImageData(image, 0, 0);
}
