/**
 * What the bundles use in place of the SDK's chain of credential providers: Lambda hands a function its credentials in
 * the environment and nowhere else. The chain (files, SSO, web identity, instance metadata) would be 130 KiB of every bundle.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
