/** NumPy's dtypes as Spark's types: names, promotion, axes. May use {@code error}. */
package io.sparkcumsum.dtype;
