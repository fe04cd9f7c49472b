import { describe, expect, it } from 'vitest';
import { isImage } from './content-kind';
import { pixelDifference, shownShare, type Pixels } from './pixel-difference';
import { stepped } from './range-steps';

const picture = (width: number, height: number, pixel: (x: number, y: number) => [number, number, number, number]): Pixels => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set(pixel(x, y), (y * width + x) * 4);
  return { width, height, data };
};
const grey = (width: number, height: number) => picture(width, height, () => [100, 100, 100, 255]);

describe('two pictures', () => {
  it('that are alike don’t differ', () => {
    expect(pixelDifference(grey(4, 3), grey(4, 3))).toMatchObject({ count: 0, box: null, width: 4, height: 3 });
  });

  it('differ where a channel or the opacity does', () => {
    const other = picture(4, 3, (x, y) => (x === 1 && y === 0 ? [100, 100, 90, 255] : x === 2 && y === 2 ? [100, 100, 100, 0] : [100, 100, 100, 255]));
    const found = pixelDifference(grey(4, 3), other);
    expect(found.count).toBe(2);
    expect(found.amounts[1]).toBe(10);
    expect(found.amounts[2 * 4 + 2]).toBe(255);
    expect(found.box).toEqual({ x: 1, y: 0, width: 2, height: 3 });
  });

  it('don’t differ in colours that nobody sees', () => {
    const clear = (red: number) => picture(2, 2, () => [red, 0, 0, 0]);
    expect(pixelDifference(clear(0), clear(255)).count).toBe(0);
  });

  it('of different sizes differ in what one of them covers', () => {
    const found = pixelDifference(grey(4, 2), grey(2, 3));
    expect(found).toMatchObject({ width: 4, height: 3, count: 4 + 2, box: { x: 0, y: 0, width: 4, height: 3 } });
    // The corner that none of them covers is nobody's.
    expect(found.amounts[2 * 4 + 3]).toBe(0);
  });

  it('have a share that is never rounded to none or all', () => {
    const percent = (digits: number, share: number) => `${(share * 100).toFixed(digits)} %`;
    expect(shownShare(0, 100, percent)).toBe('0 %');
    expect(shownShare(100, 100, percent)).toBe('100 %');
    expect(shownShare(1, 1_000_000, percent)).toBe('< 0.01 %');
    expect(shownShare(999_999, 1_000_000, percent)).toBe('> 99.99 %');
    expect(shownShare(123, 10_000, percent)).toBe('1.23 %');
    expect(shownShare(1, 2, percent)).toBe('50 %');
    expect(shownShare(0, 0, percent)).toBe('0 %');
  });
});

describe('the slider', () => {
  it('goes by one, by ten, to the ends, and no further', () => {
    expect(stepped(50, 'ArrowRight')).toBe(51);
    expect(stepped(50, 'ArrowRight', true)).toBe(49);
    expect(stepped(50, 'ArrowLeft')).toBe(49);
    expect(stepped(50, 'ArrowUp')).toBe(51);
    expect(stepped(50, 'PageUp')).toBe(60);
    expect(stepped(5, 'PageDown')).toBe(0);
    expect(stepped(99, 'PageUp')).toBe(100);
    expect([stepped(50, 'Home'), stepped(50, 'End')]).toEqual([0, 100]);
    expect(stepped(50, 'a')).toBeNull();
  });
});

describe('a picture', () => {
  it('is told by its name; what can hold scripts is none', () => {
    for (const name of ['a.png', 'b/c.JPG', 'd.jpeg', 'e.gif', 'f.webp']) expect(isImage(name)).toBe(true);
    for (const name of ['a.svg', 'png', 'a.png.html', 'b.tiff']) expect(isImage(name)).toBe(false);
  });
});
