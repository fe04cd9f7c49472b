/** Pixels of a picture, four bytes each (red, green, blue, opacity), as a canvas gives them. */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray };

export type Difference = {
  width: number;
  height: number;
  /** How many pixels differ, of width × height. */
  count: number;
  /** How much each pixel differs, 0 to 255. */
  amounts: Uint8ClampedArray;
  /** What encloses all that differ. */
  box: { x: number; y: number; width: number; height: number } | null;
};

/** Compares two pictures from their upper left corner; what only one of them covers differs wholly. */
export function pixelDifference(a: Pixels, b: Pixels): Difference {
  const width = Math.max(a.width, b.width);
  const height = Math.max(a.height, b.height);
  const amounts = new Uint8ClampedArray(width * height);
  let count = 0;
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const amount = apart(a, b, x, y);
      if (amount === 0) continue;
      amounts[y * width + x] = amount;
      count += 1;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  const box = count === 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  return { width, height, count, amounts, box };
}

/** How far two pixels are apart; colours that can't be seen don't count. */
function apart(a: Pixels, b: Pixels, x: number, y: number): number {
  const inA = x < a.width && y < a.height;
  const inB = x < b.width && y < b.height;
  if (!inA || !inB) return inA || inB ? 255 : 0;
  const [i, j] = [(y * a.width + x) * 4, (y * b.width + x) * 4];
  const [alphaA, alphaB] = [a.data[i + 3] ?? 0, b.data[j + 3] ?? 0];
  let most = Math.abs(alphaA - alphaB);
  if (alphaA === 0 && alphaB === 0) return 0;
  for (let channel = 0; channel < 3; channel++) {
    const difference = Math.abs((a.data[i + channel] ?? 0) - (b.data[j + channel] ?? 0));
    if (difference > most) most = difference;
  }
  return most;
}

/** Differing pixels of all there are; never rounded to none or to all where it is neither. */
export function shownShare(count: number, total: number, percent: (digits: number, share: number) => string): string {
  if (total === 0 || count === 0) return percent(0, 0);
  if (count === total) return percent(0, 1);
  const share = count / total;
  if (share < 0.0001) return `< ${percent(2, 0.0001)}`;
  if (share > 0.9999) return `> ${percent(2, 0.9999)}`;
  return percent(share < 0.1 || share > 0.99 ? 2 : 0, share);
}
