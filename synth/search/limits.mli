(** How far a search goes: a number of programs, and stops for safety. *)

type budget = {
  programs : int;  (** how many to enumerate at most *)
  size : int;  (** primitives, as written, above which a program is passed over *)
  seconds : float;  (** a safety stop on the wall clock; when it fires the result depends on the machine *)
  memory : int;  (** bytes at which the search stops *)
}

type stop =
  | Solved  (** as many solutions as asked for are found *)
  | Programs  (** the budget is spent *)
  | Clock  (** the safety stop fired *)
  | Exhausted  (** there is nothing more to enumerate *)
  | Memory  (** the memory limit is reached *)
  | Cancelled  (** [watch] said so *)

val stop_name : stop -> string
(** ["solved"], ["programs"], ["clock"], ["exhausted"], ["memory"], ["cancelled"]. *)

exception Stop of stop

type t

val start : ?watch:(int -> bool) -> ?beside:(unit -> int) -> budget -> t
(** [start budget] is a search that begins now. [watch] is told how many programs there are so far, every few milliseconds
    as a rule; when it is false the search stops. [beside ()] is how many bytes are in use outside OCaml's heap (none). *)

val before : t -> int -> unit
(** [before l n] is called before each program, [n] of which were enumerated; it looks at the clock, the memory and [watch]
    now and then, more often when programs take long. Raises {!Stop}. *)

val look : t -> unit
(** [look l] does so in any case. Raises {!Stop}. *)
