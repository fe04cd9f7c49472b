import { en } from './en';
import { pseudoCatalogue } from './pseudo';

const wanted = typeof location === 'undefined' ? null : new URLSearchParams(location.search).get('locale');

/** Every text that people read. `?locale=pseudo` shows what is missing here. */
export const t: typeof en = wanted === 'pseudo' ? pseudoCatalogue(en) : en;

export * as format from './format';
