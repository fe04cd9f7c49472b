import { accounts } from './en/accounts';
import { activity } from './en/activity';
import { conflicts } from './en/conflicts';
import { explain } from './en/explain';
import { kept } from './en/kept';
import { overview } from './en/overview';
import { parts } from './en/parts';
import { plan } from './en/plan';
import { problems } from './en/problems';
import { restore } from './en/restore';
import { settings } from './en/settings';
import { setup } from './en/setup';
import { connection, nav, shell } from './en/shell';
import { transfers } from './en/transfers';
import { versions } from './en/versions';

/** The catalogue: every text of the page, a section a screen. Parameters make a function of a text. */
export const en = {
  accounts, activity, conflicts, connection, explain, kept, nav, overview, parts, plan, problems, restore, settings, setup, shell,
  transfers, versions,
};
