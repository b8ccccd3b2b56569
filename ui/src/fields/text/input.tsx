export { LineInput as Input } from '../shared/LineInput';
