// @ts-check

/**
 * @typedef {object} Site what the place offers from which the page comes
 * @property {boolean} server whether a server answers
 * @property {boolean} worker whether Python for browsers is there
 * @property {Record<string, string>} [answers] answers to the first questions, there before Python has started
 * @property {{name?: string, text?: string, variant?: string}} start
 *
 * @typedef {Record<string, any>} Answer
 * @typedef {{id: number, text: string}} Sent
 * @typedef {{key: string, text: string, resolve: (answer: Answer | null) => void}} Waiting
 */

/** The engine: the server's until Python runs in this browser, and that one from then on. It answers one by one. */
export class Engine {
  /** @param {Site} site @param {(text: string) => void} told called with what is going on */
  constructor(site, told) {
    this.site = site;
    this.told = told;
    /** @type {Waiting[]} */
    this.waiting = [];
    this.busy = false;
    this.sent = 0;
    /** @type {Worker | null} the worker, once it can answer */
    this.worker = null;
    /** @type {Map<number, (text: string) => void>} */
    this.open = new Map();
    this.ready = site.worker ? this._boot() : Promise.resolve();
  }

  /**
   * Ask something. Of questions with the same key only the newest is answered; the others are answered with null.
   * @param {string} action @param {Answer} request @param {string} [key] @returns {Promise<Answer | null>}
   */
  ask(action, request, key = action) {
    return new Promise((resolve) => {
      const older = this.waiting.find((waiting) => waiting.key === key);
      this.waiting = this.waiting.filter((waiting) => waiting !== older);
      older?.resolve(null);
      this.waiting.push({ key, text: JSON.stringify({ action, ...request }), resolve });
      void this._next();
    });
  }

  async _next() {
    if (this.busy) return;
    const waiting = this.waiting.shift();
    if (!waiting) return;
    this.busy = true;
    try {
      waiting.resolve(JSON.parse(await this._answered(waiting.text)));
    } catch (error) {
      waiting.resolve({ failed: error instanceof Error ? error.message : String(error) });
    } finally {
      this.busy = false;
      void this._next();
    }
  }

  /** @param {string} text @returns {Promise<string>} */
  async _answered(text) {
    const prepared = this.worker ? undefined : this.site.answers?.[text];
    if (prepared !== undefined) return prepared;
    if (!this.worker && !this.site.server) await this.ready;
    if (this.worker) return this._from(this.worker, text);
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("answer", { method: "POST", headers, body: text }).catch(() => null);
    if (!answer?.ok) throw new Error("The server does not respond; check that archcalc serve is running");
    return answer.text();
  }

  /** @param {Worker} worker @param {string} text @returns {Promise<string>} */
  _from(worker, text) {
    return new Promise((resolve) => {
      this.sent += 1;
      this.open.set(this.sent, resolve);
      worker.postMessage({ id: this.sent, text });
    });
  }

  /** Start Python in a worker. @returns {Promise<void>} */
  _boot() {
    if (!this.site.server) this.told("Starting Python in the browser …");
    return new Promise((resolve, reject) => {
      const worker = new Worker("worker.js", { type: "module" });
      worker.addEventListener("message", ({ data }) => {
        if (data.ready) {
          this.worker = worker;
          this.told("");
          resolve();
        } else if (data.failed) {
          this._failed(data.failed, reject);
        } else {
          this.open.get(data.id)?.(data.text);
          this.open.delete(data.id);
        }
      });
      worker.addEventListener("error", (event) => this._failed(event.message, reject));
    });
  }

  /** @param {string} why @param {(error: Error) => void} reject */
  _failed(why, reject) {
    if (this.site.server) return; // which goes on answering
    this.told("Python could not be started in the browser");
    reject(new Error(`Python could not be started in the browser: ${why}`));
  }
}
