export const explain = {
  title: 'What is known of this file',
  failed: 'This couldn’t be looked up. Nothing was changed.',
  agreed: 'Last agreed on',
  what: 'What it is',
  kind: { file: 'a file', folder: 'a folder' } as Record<string, string>,
  absent: 'no file known',
  size: 'Size',
  changed: 'Changed',
  content: 'Content',
  revision: 'Revision',
  ignored: (pattern: string) => `The rule “${pattern}” leaves it out: it is never synced and never deleted.`,
  versions: 'See its versions',
};
