(** Arrays of numbers that travel beside a message: files of 8-byte floats in this machine's order, mapped and not copied. *)

type t = { shape : int array; numbers : (float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t  (** the last index turns quickest *) }

val read : dimensions:int -> Decode.t -> t
(** [read ~dimensions d] is the array of the file that [d], [{"path": …, "shape": […]}], names. Raises {!Invalid.Error} unless the file
    can be read, is as long as the shape says, and holds finite numbers only. *)

val write : field:string -> string -> shape:int array -> (int -> float array -> unit) -> unit
(** [write ~field path ~shape fill] makes the file [path]: [fill i row] puts in [row] what is at the first index [i]. Raises
    {!Invalid.Error} at [field]. *)
