package farsight.data;

/**
 * Reading an input would take more memory than allowed, or than there is. The message is one line that names the input,
 * the bytes it needs and the limit they exceed.
 */
public final class NoRoomException extends DataException {
    private static final long serialVersionUID = 1L;

    NoRoomException(String message) {
        super(message);
    }
}
