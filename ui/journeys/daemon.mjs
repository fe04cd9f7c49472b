/** A person's Tidemark, served to a browser, and what is on both sides. The binaries are those of `BINARIES`. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const binaries = process.env.BINARIES ?? new URL('../../target/debug', import.meta.url).pathname;

export class Daemon {
  dir = mkdtempSync(join(tmpdir(), 'tidemark-journey-'));
  #running = null;
  #services = [];
  link = '';

  path(name) {
    return join(this.dir, name);
  }

  folder(name) {
    mkdirSync(this.path(name), { recursive: true });
    return this.path(name);
  }

  write(name, content) {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  read(name) {
    return readFileSync(this.path(name), 'utf8');
  }

  types(...words) {
    return execFileSync(join(binaries, 'tidemark'), words, { env: this.#env(), encoding: 'utf8' });
  }

  /** `docs` and `nas`, kept in step as the pair `docs`. */
  pairOfFolders() {
    this.types('account', 'add', 'folder', 'work', '--set', `path=${this.folder('nas')}`);
    this.types('pair', 'add', 'docs', this.folder('docs'), 'work');
  }

  /** Starts it, or starts it again at the address that it had. */
  async serves(address = '127.0.0.1:0') {
    this.#running = spawn(join(binaries, 'tidemark'), ['--json', 'serve', '--listen', address], {
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    for await (const line of createInterface({ input: this.#running.stdout })) {
      text += line;
      if (line === '}') break;
    }
    this.link = JSON.parse(text).serving.link;
  }

  get address() {
    return new URL(this.link).host;
  }

  /** Ends it as a power cut would. */
  async isKilled() {
    const ended = new Promise((resolve) => this.#running.once('exit', resolve));
    this.#running.kill('SIGKILL');
    await ended;
  }

  /** Starts a fake service; answers what it says of itself. */
  async service(name) {
    const service = spawn(join(binaries, 'fake-services'), [name], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#services.push(service);
    for await (const line of createInterface({ input: service.stdout })) {
      const said = JSON.parse(line);
      return { ...said, control: (what, options) => fetch(new URL(`/_fake/${what}`, said.base_url), options) };
    }
    throw new Error(`${name} said nothing`);
  }

  ends() {
    this.#running?.kill('SIGKILL');
    this.#services.forEach((service) => service.kill());
    rmSync(this.dir, { recursive: true, force: true });
  }

  #env() {
    return {
      PATH: process.env.PATH,
      HOME: this.dir,
      TIDEMARK_HOME: this.path('home'),
      TIDEMARK_SECRET_STORE: 'file',
      TZ: 'UTC',
    };
  }
}

/** Waits until it is true. */
export async function until(what, isTrue) {
  const end = Date.now() + 30_000;
  for (;;) {
    let seen;
    try {
      seen = await isTrue();
    } catch (error) {
      seen = false;
      if (Date.now() > end) throw new Error(`${what}: ${error.message}`, { cause: error });
    }
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`${what} didn't come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
