import { call } from './http';
import type { ApiToken, Me, User } from './types.work';

export const session = {
  me: () => call<Me>('GET', '/me'),
  signIn: (email: string, password: string) =>
    call<{ user: User }>('POST', '/sessions', { json: { email, password } }),
  signInByLink: (token: string) => call<{ user: User }>('POST', '/sessions/link', { json: { token } }),
  /** For a colleague; `path` is opened once, within a quarter of an hour. */
  makeLink: (user: number) => call<{ path: string }>('POST', '/sign-in-links', { json: { user } }),
  setPassword: (words: { current: string | null; new: string }) =>
    call<null>('PUT', '/me/password', { json: words }),
  signOut: () => call<null>('DELETE', '/sessions/current'),
};

export const tokens = {
  list: async () => {
    const answer = await call<ApiToken[] | { data: ApiToken[] }>('GET', '/tokens');
    return Array.isArray(answer) ? answer : answer.data;
  },
  create: (name: string) => call<ApiToken>('POST', '/tokens', { json: { name } }),
  remove: (id: number) => call<null>('DELETE', `/tokens/${id}`),
};

export const workspace = {
  write: (facts: Me['workspace']) => call<Me['workspace']>('PUT', '/workspace', { json: facts }),
};
