import type { ProviderView } from '../generated/control';
import { authWays, isAsked, isNeeded, signsInWithBrowser } from './auth-ways';

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,63}$/u;

/** An account that is being typed. */
export class AccountDraft {
  provider = $state('');
  name = $state('');
  settings = $state<Record<string, string>>({});
  secret = $state('');
  /** The name was typed: it doesn't follow the provider any more. */
  named = false;

  /** Chooses a service; values that were typed for it before are still there. */
  choose(provider: ProviderView, taken: string[]): void {
    this.provider = provider.name;
    const [first] = authWays(provider.name);
    if (first !== undefined && this.settings['auth'] === undefined) this.settings['auth'] = first;
    if (!authWays(provider.name).includes(this.settings['auth'] ?? '')) {
      if (first === undefined) delete this.settings['auth'];
      else this.settings['auth'] = first;
    }
    if (!this.named) this.name = freeName(provider.name, taken);
  }

  get browser(): boolean {
    return signsInWithBrowser(this.settings);
  }

  /** What the service is told: the settings that it knows, were filled in and mean something. */
  given(spec: ProviderView): Record<string, string> {
    const pairs = spec.settings
      .filter((setting) => isAsked(setting.key, this.settings))
      .map((setting): [string, string] => [setting.key, (this.settings[setting.key] ?? '').trim()])
      .filter(([, value]) => value !== '');
    return Object.fromEntries(pairs);
  }

  secretGiven(spec: ProviderView): string | null {
    return spec.secret === null || this.browser || this.secret === '' ? null : this.secret;
  }

  /** Everything is filled in that can be known to be needed. */
  complete(spec: ProviderView): boolean {
    const given = this.given(spec);
    const settings = spec.settings.every(({ key, required }) => !isNeeded(key, required, this.settings) || given[key] !== undefined);
    return settings && (spec.secret === null || this.browser || this.secret !== '');
  }

  nameFits(): boolean {
    return NAME.test(this.name);
  }
}

export function freeName(wanted: string, taken: string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.includes(`${wanted}-${n}`)) return `${wanted}-${n}`;
}

/** A folder's name as the name of a pair: letters, digits, "-", "_" and ".", at most 64 of them. */
export function nameFrom(folder: string): string {
  const last = folder.split('/').findLast((part) => part !== '') ?? '';
  const name = last.normalize('NFC').toLocaleLowerCase().replace(/[^\p{L}\p{N}_.-]+/gu, '-').replace(/^[-.]+|-+$/g, '');
  return [...name].slice(0, 48).join('');
}
