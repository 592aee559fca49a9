/**
 * Keys of endpoints and tokens of clusters while the engine runs: from its environment, or handed over by the window, which keeps them in the system's key store.
 * They are in this process's memory and go into the environment of a run that needs one, nowhere else: no file, no log, no answer of the
 * API. A stored key goes to the origin of the endpoint it was given for, a key of the environment to hosts that the user has confirmed for it,
 * whatever a study file says.
 */
import { thinkingKind } from '../../shared/kinds/thinking.ts';
import { type Endpoint, originOf } from '../../shared/settings/home-settings.ts';
import {
  isSamePair,
  KEY_HOSTS_VARIABLE,
  type KeyHost,
  keyHostsText,
  readKeyHosts,
  UnconfirmedKey,
} from '../../shared/settings/key-hosts.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import { planRuns, type Study } from '../../shared/study/study.ts';
import type { StepValues } from '../../shared/trm/pipeline-command.ts';
import { KEY_ENV } from '../../shared/trm/step-fields.ts';
import type { KeySource } from '../services/engine-control.ts';
import { confirmedKeys } from '../store/settings/confirmed-keys.ts';

export class EndpointKeys {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #endpoints: () => readonly Endpoint[];
  readonly #home: string;
  #stored: ReadonlyMap<string, string> = new Map();

  /** `home`: where confirmed pairs lie; `endpoints`: those that the user has saved now. */
  constructor(home: string, endpoints: () => readonly Endpoint[], environment: NodeJS.ProcessEnv = process.env) {
    this.#home = home;
    this.#endpoints = endpoints;
    this.#environment = environment;
  }

  /** All stored keys by variable, as the window knows them now. */
  setStored(keys: Readonly<Record<string, string>>): void {
    this.#stored = new Map(Object.entries(keys));
  }

  /** Where the key of a variable would come from; the environment comes first. */
  source(variable: string): KeySource {
    if (variable === '') return null;
    if (this.#environment[variable]?.trim()) return 'environment';
    return this.#stored.has(variable) ? 'store' : null;
  }

  /** The key for an endpoint, or null: it has none, or leads elsewhere than where its key was given for. */
  of({ keyVariable, baseUrl }: Endpoint): string | null {
    if (keyVariable === '' || !this.#goesTo(keyVariable, baseUrl)) return null;
    return this.#environment[keyVariable]?.trim() || (this.#stored.get(keyVariable) ?? null);
  }

  /** The token that goes by a cluster's variable, or null; a stored key of an endpoint goes to no cluster. */
  ofCluster(variable: string): string | null {
    if (variable === '') return null;
    const isEndpoints = this.#endpoints().some(({ keyVariable }) => keyVariable === variable);
    return this.#environment[variable]?.trim() || (isEndpoints ? null : (this.#stored.get(variable) ?? null));
  }

  /** The secret that goes by a hook's variable, or null; the caller has seen to it that it is no endpoint's and no cluster's. */
  ofHook(variable: string): string | null {
    return variable === '' ? null : this.#environment[variable]?.trim() || (this.#stored.get(variable) ?? null);
  }

  /**
   * What a run's process finds in its environment beside what the engine has: the stored key of its endpoint, if there is one, and whether that host
   * may have the key.
   */
  environmentOf({ reward }: Settings): Record<string, string> {
    if (!thinkingKind(reward).needs.includes('endpoint')) return {};
    const { baseUrl, apiKeyEnv: variable } = reward.endpoint;
    const origin = originOf(baseUrl);
    const use = origin === null ? [] : [{ variable, origin }].filter((pair) => this.#mayGo(pair));
    return { ...this.#storedFor(variable, baseUrl), [KEY_HOSTS_VARIABLE]: keyHostsText(use) };
  }

  /** Refuses runs that would send a key of the environment to a host that was not confirmed for it. @throws UnconfirmedKey */
  refuseUnconfirmed(runs: Iterable<Settings>): void {
    const uses = new Map<string, KeyHost>();
    for (const { reward } of runs)
      if (thinkingKind(reward).needs.includes('endpoint'))
        for (const pair of this.#unconfirmed(reward.endpoint.apiKeyEnv, reward.endpoint.baseUrl))
          uses.set(keyHostsText([pair]), pair);
    if (uses.size > 0) throw new UnconfirmedKey([...uses.values()]);
  }

  /** The same for every run of a study. @throws UnconfirmedKey */
  refuseStudy(study: Study): void {
    this.refuseUnconfirmed(planRuns(study).map(({ settings }) => settings));
  }

  /** Why a run that waits may not send its key; null: it may, or sends none. It may have been queued before this was asked. */
  refusal(run: Settings): string | null {
    try {
      this.refuseUnconfirmed([run]);
      return null;
    } catch (error) {
      if (error instanceof UnconfirmedKey) return error.message;
      throw error;
    }
  }

  /** The same for a step of the TRM's pipeline, by the values it is started with. @throws UnconfirmedKey */
  refuseUnconfirmedStep({ url, 'key-env': variable = KEY_ENV }: StepValues): void {
    if (typeof variable !== 'string' || typeof url !== 'string') return;
    const pairs = this.#unconfirmed(variable, url);
    if (pairs.length > 0) throw new UnconfirmedKey(pairs);
  }

  /** The same for a step of the TRM's pipeline, by the values it was started with. */
  environmentOfStep({ url, 'key-env': variable = KEY_ENV }: StepValues): Record<string, string> {
    return typeof variable === 'string' && typeof url === 'string' ? this.#storedFor(variable, url) : {};
  }

  /** A stored key by its variable, where it leads to this address and the environment has none. */
  #storedFor(variable: string, url: string): Record<string, string> {
    const key = this.#stored.get(variable);
    return key !== undefined && this.source(variable) === 'store' && this.#goesTo(variable, url)
      ? { [variable]: key }
      : {};
  }

  /** Where a key of the environment would go without the user's word: one pair, or none. */
  #unconfirmed(variable: string, url: string): KeyHost[] {
    const origin = originOf(url);
    if (variable === '' || origin === null || !this.#environment[variable]?.trim()) return [];
    return [{ variable, origin }].filter((pair) => !this.#mayGo(pair));
  }

  /** Whether the user has let a key go to a host: confirmed, saved as an endpoint, or said in the engine's own environment. */
  #mayGo(use: KeyHost): boolean {
    if (this.#goesTo(use.variable, use.origin)) return true;
    const confirmed = [...confirmedKeys(this.#home), ...readKeyHosts(this.#environment[KEY_HOSTS_VARIABLE])];
    return confirmed.some((pair) => isSamePair(pair, use));
  }

  /** Whether an endpoint of the settings has this key and the origin of this address. */
  #goesTo(keyVariable: string, baseUrl: string): boolean {
    const origin = originOf(baseUrl);
    return this.#endpoints().some(
      (endpoint) => endpoint.keyVariable === keyVariable && origin !== null && originOf(endpoint.baseUrl) === origin,
    );
  }
}
