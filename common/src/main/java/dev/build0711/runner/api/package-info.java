/// The words of the API that several functions share: how a run is shown, which repositories can be
/// named.
@NullMarked
package dev.build0711.runner.api;

import org.jspecify.annotations.NullMarked;
