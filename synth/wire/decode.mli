(** Reading JSON values, with the place kept for the error message. *)

type t
(** A JSON value and where it stands. *)

val of_string : where:string -> string -> t
(** [of_string ~where text] parses [text]. Raises {!Invalid.Error}, also for values nested ten thousand deep. *)

val of_file : string -> t
(** [of_file path] parses the whole file. Raises {!Invalid.Error}. *)

val json : t -> Yojson.Safe.t
val where : t -> string

val alone : t -> t
(** [alone t] is [t] as a message by itself: places in it are told from its own top. *)

val shown : Yojson.Safe.t -> string
(** [shown json] is [json] on one line, cut short for an error message. *)

val expected : t -> string -> 'a
(** [expected t what] raises {!Invalid.Error}: [t] should have been [what]. *)

(** Each of the following raises {!Invalid.Error} when the value is not of its form. *)

val string : t -> string
val int : t -> int

val natural : t -> int
(** An integer that is not negative. *)

val positive_int : t -> int
val positive : t -> float

val float : t -> float
(** A finite number, written with or without a point. *)

val bool : t -> bool
val list : (t -> 'a) -> t -> 'a list
val null : t -> bool

val tagged : t -> string * t list
(** A tag and its contents: [["Tag", value, …]]. *)

val pair : (t -> 'a) -> (t -> 'b) -> t -> 'a * 'b

val field : t -> string -> (t -> 'a) -> 'a
(** [field t name read] reads the field [name] of the object [t]. *)

val field_or : t -> string -> default:'a -> (t -> 'a) -> 'a
(** [field_or t name ~default read] is [default] when the field is missing or null. *)

val only : t -> string list -> unit
(** [only t names] checks that the object [t] has no other fields than [names]. *)
