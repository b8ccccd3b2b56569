import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { keys, type Allocation, type BestOffer } from '@/api';
import { BestOfferPanel, OfferPanel, OffersPage } from '@/features/offers';
import { newClient, show } from '../../kit';

const pounds = (amount: string) => ({ amount, currency: 'GBP' });
const FOUND: Allocation = {
  data: [
    {
      id: 5,
      title: 'Card',
      group: { id: 9, title: 'Regulars' },
      eligible: 40,
      chosen: 30,
      value: pounds('270.00'),
      customers: [{ id: 1, title: 'Acme', value: pounds('9.00') }],
    },
  ],
  left: [
    { id: 6, title: 'Old idea', reason: 'not_now' },
    { id: 7, title: 'For people', reason: 'other_object' },
  ],
  reasons: { offered: 30, too_soon: 4, tired: 6 },
};
const VIEW = {
  id: 9,
  object: 'company',
  name: 'Regulars',
  kind: 'group',
  shared: true,
  mine: true,
  query: {},
};

test('the page says how many get what, and why others get none', async () => {
  const client = newClient();
  client.setQueryData(keys.nextOffers('company'), FOUND);
  client.setQueryData(keys.views, [VIEW]);
  await show(<OffersPage />, client);
  expect(screen.getByText(/^30 customers should get an offer now/)).toBeInTheDocument();
  expect(screen.getByRole('row', { name: /Card Regulars 40 30 .*£270/ })).toBeInTheDocument();
  expect(screen.getByRole('row', { name: /Old idea It does not hold today/ })).toBeInTheDocument();
  expect(screen.queryByText('For people')).toBeNull();
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    '6: contacted too often lately',
    '4: contacted only recently',
  ]);
});

test('an offer says whom it is for and who of them should get it', async () => {
  const client = newClient();
  client.setQueryData(keys.views, [VIEW]);
  client.setQueryData(keys.offerGroup(5), { id: 9, title: 'Regulars' });
  client.setQueryData(keys.nextOffers('company'), FOUND);
  await show(<OfferPanel object="offer" id={5} />, client);
  expect(screen.getByText(/30 customers of 40 should get it: .*£270.00.* expected/)).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Acme' })).toBeInTheDocument();
});

test.each<[BestOffer, string | null]>([
  [{ offer: { id: 5, title: 'Card' }, value: pounds('9.00'), reason: 'offered' }, 'Card'],
  [{ offer: null, value: null, reason: 'tired' }, 'contacted too often lately'],
  [{ offer: null, value: null, reason: 'not_eligible' }, null],
])('a customer has an offer, a reason, or nothing', async (best, text) => {
  const client = newClient();
  client.setQueryData(keys.nextOfferOf('company', 1), best);
  await show(<BestOfferPanel object="company" id={1} />, client);
  if (text) expect(screen.getByText(text)).toBeInTheDocument();
  else expect(screen.queryByText('Next best offer')).toBeNull();
});
