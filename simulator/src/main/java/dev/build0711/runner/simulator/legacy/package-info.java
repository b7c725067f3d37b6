/// The dialect of the V0 app server 0.62.0, as recordings of the real one show it.
@NullMarked
package dev.build0711.runner.simulator.legacy;

import org.jspecify.annotations.NullMarked;
