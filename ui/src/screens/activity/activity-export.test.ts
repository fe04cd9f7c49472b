import { describe, expect, it } from 'vitest';
import type { ActivityLine } from '../../generated/control';
import { csvCell, csvOf, jsonOf, textOf } from './activity-export';

const line: ActivityLine = {
  seq: 7, time_ns: Date.parse('2026-11-21T14:02:03.004Z') * 1e6, pair: 'docs', action: 'upload', path: 'a/b.txt',
  reason: 'new on this computer', bytes: 12, ok: true,
};

describe('the exported table', () => {
  it('quotes what would break it', () => {
    expect(['plain', 'a,b', 'say "no"', 'two\nlines', ' edge', 'ünï 😀'].map(csvCell)).toEqual([
      'plain', '"a,b"', '"say ""no"""', '"two\nlines"', '" edge"', 'ünï 😀',
    ]);
  });

  it('holds no formula, whatever a file is called', () => {
    for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =cmd', '|calc', '%0', '＝1', '\n=1', '=HYPERLINK("http://x","y")']) {
      expect(csvCell(evil).replace(/^"/, ''), JSON.stringify(evil)).toMatch(/^'/);
    }
    expect(csvCell('a=b')).toBe('a=b');
    expect(csvCell('')).toBe('');
  });

  it('has a line for each, with its head', () => {
    const table = csvOf([line, { ...line, ok: false, path: '-x,"y".csv' }]);
    expect(table).toBe(
      '\uFEFFtime,pair,action,path,bytes,result,reason\r\n' +
        '2026-11-21T14:02:03.004Z,docs,upload,a/b.txt,12,worked,new on this computer\r\n' +
        '2026-11-21T14:02:03.004Z,docs,upload,"\'-x,""y"".csv",12,failed,new on this computer\r\n',
    );
  });

  it('has the same lines as JSON and as text', () => {
    expect(JSON.parse(jsonOf([line]))).toEqual([{ time: '2026-11-21T14:02:03.004Z', ...line }]);
    expect(textOf({ ...line, ok: false })).toBe(
      '2026-11-21T14:02:03.004Z docs: upload "a/b.txt", 12 bytes (failed): new on this computer',
    );
  });
});
