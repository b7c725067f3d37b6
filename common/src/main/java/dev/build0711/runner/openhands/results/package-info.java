/// What an agent left, in the shapes that the dialects have in common.
@NullMarked
package dev.build0711.runner.openhands.results;

import org.jspecify.annotations.NullMarked;
