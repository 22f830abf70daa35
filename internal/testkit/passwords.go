package testkit

import "laurel/internal/auth"

// LightPasswords are for tests of what is not about passwords: each world takes in
// twenty people, and at the standard costs that would be most of its time.
var LightPasswords = auth.Costs{MemoryKiB: 64, Passes: 1}
