/// What the product needs from outside, as interfaces in the product's own words.
@NullMarked
package dev.build0711.runner.port;

import org.jspecify.annotations.NullMarked;
