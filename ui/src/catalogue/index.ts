export { CatalogueView, inSentence, label } from './model';
export { catalogueQuery, useCatalogue, useFieldLabel, useLabel, useObject } from './hooks';
