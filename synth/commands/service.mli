(** One process that answers many requests, one after the other, in frames ({!Wire.Frame}) of JSON.

    A request is [{"id": …, "call": …, "message": …, "progress": …}]: [id] an integer or a text, [call] one of {!Calls.names},
    [message] what that call reads, [progress] whether to report on a search (false unless given). The
    replies to it, the last of which is one of the first four, are

    - [{"id", "result"}];
    - [{"id", "error": {"field", "found", "expected"}}]: the message, or a file that it names, cannot be used;
    - [{"id", "exception"}]: any other OCaml exception;
    - [{"id", "cancelled": true}]: it was cancelled, and nothing was written;
    - [{"id", "progress": {"n_enumerated", "seconds"}}], ten a second at most, while a search is on.

    [{"cancel": id}] cancels the request of that id, while it waits or searches; there is no other reply to it, and none if
    no request of that id waits or searches (it may have been answered by then).

    What is in a frame but is no request gets an error with its id, or null where that cannot be read, and the service goes
    on; so does a request with the id of one that waits or is under way. The end of the input is the
    end of the service, at once: a search stops, nothing is written, and requests that wait are dropped. So is a reply, also
    one on progress, that nobody is there to read. *)

(* coupling: pyssnn/synthesis/service.py is the other end. *)

val run : Unix.file_descr -> Unix.file_descr -> unit
(** [run input output] answers until either ends. [SIGPIPE] must be ignored. Raises {!Wire.Invalid.Error} when what comes is
    no frame; a search is stopped then, too. *)
