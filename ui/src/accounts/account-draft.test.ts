import { describe, expect, it } from 'vitest';
import type { ProviderView } from '../generated/control';
import { AccountDraft, freeName, nameFrom } from './account-draft.svelte';

const setting = (key: string, required: boolean) => ({ key, what: key, required });
const evo: ProviderView = {
  name: 'evo', title: 'Seequent Evo, files', pair_settings: [], secret: 'token', remote: '', consequences: [], sign_in: false, choices: false,
  versions: false,
  settings: [setting('base_url', true), setting('auth', false), setting('client_id', false), setting('redirect_uri', false)],
};
const folder: ProviderView = { ...evo, name: 'folder', secret: null, settings: [setting('path', true)] };

describe('an account that is being typed', () => {
  it('keeps what was typed when another service is looked at meanwhile', () => {
    const draft = new AccountDraft();
    draft.choose(evo, []);
    draft.settings['base_url'] = ' https://x ';
    draft.choose(folder, []);
    expect(draft.given(folder)).toEqual({});
    draft.choose(evo, ['evo']);
    expect(draft.given(evo)).toEqual({ base_url: 'https://x', auth: 'oauth' });
    expect(draft.name).toBe('evo-2');
  });

  it('is complete with what its way of signing in needs, and sends nothing else', () => {
    const draft = new AccountDraft();
    draft.choose(evo, []);
    draft.settings['base_url'] = 'https://x';
    expect(draft.complete(evo)).toBe(false);
    draft.settings['client_id'] = 'app';
    draft.secret = 'left over';
    expect(draft.complete(evo)).toBe(true);
    expect(draft.secretGiven(evo)).toBeNull();
    draft.settings['auth'] = 'token';
    expect(draft.complete(evo)).toBe(true);
    expect(draft.given(evo)).toEqual({ base_url: 'https://x', auth: 'token' });
    expect(draft.secretGiven(evo)).toBe('left over');
    draft.secret = '';
    expect(draft.complete(evo)).toBe(false);
  });
});

describe('names', () => {
  it('are free', () => {
    expect(freeName('nas', [])).toBe('nas');
    expect(freeName('nas', ['nas', 'nas-2'])).toBe('nas-3');
  });

  it('follow the folder, as far as a name can', () => {
    expect(nameFrom('/home/anna/Survey 2026/')).toBe('survey-2026');
    expect(nameFrom('/home/anna/.config')).toBe('config');
    expect(nameFrom('/')).toBe('');
    expect(nameFrom(`/x/${'ä'.repeat(99)}`)).toHaveLength(48);
    expect(nameFrom('/x/(Fälle & Akten)')).toBe('fälle-akten');
  });
});
