import { t } from '../texts';

/** What people call a setting. */
export function settingLabel(key: string): string {
  const own = t.accounts.label[key];
  if (own !== undefined) return own;
  const words = t.accounts.key(key);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The provider's own few words on it, as a sentence, without what only a command line knows. */
export function settingHint(what: string): string {
  return t.parts.sentence(what.replace(/\s*\(`tidemark[^`]*`\)/g, ''));
}
