/**
 * What every long piece of work shares: {@link org.senoscope.work.Progress} to tell how far it is,
 * {@link org.senoscope.work.InputException} for input that a person can mend, {@link
 * org.senoscope.work.Suggestions} for what she probably meant, {@link org.senoscope.work.InOrder}
 * to work on all cores in constant memory.
 *
 * <p>Open to every package; uses the JDK only.
 */
@NullMarked
package org.senoscope.work;

import org.jspecify.annotations.NullMarked;
