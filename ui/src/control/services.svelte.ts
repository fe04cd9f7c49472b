import type { ProviderView } from '../generated/control';
import { t } from '../texts';
import { control } from '.';

/** The services that Tidemark knows, asked for once. */
class Services {
  list = $state.raw<ProviderView[] | null>(null);
  #asked: Promise<void> | null = null;

  load(): Promise<void> {
    this.#asked ??= control.call('providers', {}).then(
      (list) => {
        this.list = list;
      },
      (thrown: unknown) => {
        this.#asked = null;
        throw thrown;
      },
    );
    return this.#asked;
  }

  of(provider: string): ProviderView | undefined {
    return this.list?.find((one) => one.name === provider);
  }

  /** "Seequent Evo": the title up to what follows in it. */
  title(provider: string): string {
    return this.of(provider)?.title.split(/[,:]/, 1)[0] ?? provider;
  }

  /** What a side is called in a sentence: the service, or for another folder the account's own name. */
  side(provider: string, account: string): string {
    return provider === 'folder' ? t.overview.quoted(account) : this.title(provider);
  }
}

export const services = new Services();
