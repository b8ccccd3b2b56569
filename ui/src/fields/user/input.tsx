export { Input } from '../relation/input';
