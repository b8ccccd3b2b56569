export { BestOfferPanel } from './BestOfferPanel';
export { OfferPanel } from './OfferPanel';
export { OffersPage } from './OffersPage';
