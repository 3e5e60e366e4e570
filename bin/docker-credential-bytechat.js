#!/usr/bin/env node
// Docker starts this to log in at registries of Google: see src/credentials.
require('./start.js').start('credentials.js', 'docker');
