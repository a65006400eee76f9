(** Messages on a pipe: a frame is four bytes, big-endian, that tell the length of its content, then the content, UTF-8 JSON. *)

(* coupling: pyssnn/synthesis/service.py reads and writes the same frames. *)

val limit : int
(** The longest content, in bytes: 64 MiB. The length is a signed number, and one below 0 or above [limit] is no length. *)

type reader
(** Frames from a file descriptor, with what was read of the next ones. *)

val reader : Unix.file_descr -> reader

type arrival =
  | Content of string  (** of a whole frame *)
  | Nothing  (** not yet a whole frame *)
  | End  (** the input ended where a frame does *)

val next : reader -> arrival
(** [next r] waits for the next frame or the end: it is never [Nothing]. Raises {!Invalid.Error} for a length that is none,
    and when the input ends inside a frame: where the next frame begins is then unknown. *)

val poll : reader -> arrival
(** [poll r] is the next frame if it is there, and does not wait for the rest of one that is not. Raises what {!next} does. *)

val write : Unix.file_descr -> string -> unit
(** [write fd content] writes the frame whole. Raises [Unix.Unix_error], with [EPIPE] when nobody reads any more, and
    [Invalid_argument] above {!limit}; nothing is written then. *)
