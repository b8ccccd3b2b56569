export { SignInLink } from './SignInLink';
