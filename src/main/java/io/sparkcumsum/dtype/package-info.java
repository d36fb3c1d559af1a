/** NumPy's dtypes as Spark's types: names, shapes, axes. May use {@code error}. */
package io.sparkcumsum.dtype;
