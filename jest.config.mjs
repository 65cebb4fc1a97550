export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/__tests__/world/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/world/global-teardown.ts',
  // Most tests wait for children and servers: three at once keep two cores at work.
  maxWorkers: 3,
  watchman: false,
  testTimeout: 120_000,
}
