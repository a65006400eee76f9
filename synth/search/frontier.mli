(** The distinct outputs found so far, each with its lightest programs.

    Of the programs of one output the one of smallest mass is kept, of equals the one that came first in the enumeration,
    and after it as many alternatives as asked for, by the same order. What is kept therefore does not depend on the order
    in which programs are offered, only which outputs find room does: workers that share an enumeration can each fill a
    frontier of their own, and {!absorb} makes one of them. *)

module Make (S : Semantics.S) : sig
  type candidate = {
    program : Lambda.Term.t;
    mass : int;
    rank : int;  (** its number in the enumeration; -1 for a program that was known before *)
  }

  type member = {
    output : S.output;  (** of the best program *)
    best : candidate;
    alternatives : candidate list;  (** lighter ones first *)
    origin : int;  (** its number among those given to [create]; -1 for one found since *)
    first : int;  (** the rank of the first program that was offered with this output; -1 for a known one *)
  }

  type t

  exception Equivalent of int * int
  (** The two members, as numbered in the list, have equivalent outputs. *)

  val create : room:int -> ?alternatives:int -> (Lambda.Term.t * S.output) list -> t
  (** [create ~room known] starts from [known] and will take [room] members more, each with at most [alternatives] (0)
      programs beside the best. Raises {!Equivalent}. *)

  val offer : t -> rank:int -> mass:int -> (unit -> Lambda.Term.t) -> S.output -> unit
  (** [offer t ~rank ~mass program output] takes the program as a new member if no output is equivalent and there is
      room, or among the programs of the member that it equals if it is light enough. [program] is called only when it
      may be taken. *)

  val absorb : t -> output:(Lambda.Term.t -> S.output) -> member list -> unit
  (** [absorb t ~output members] does to [t], which has been offered nothing, what offering the programs of those members
      in the order of their ranks does. The members come from frontiers with the same known ones, the same number of
      alternatives and room without end, between which one enumeration was divided. [output] is that of a program. *)

  val members : t -> member list
  (** [members t] is first the known ones in their order, then the new ones in the order of their discovery. *)

  val n_new : t -> int
  (** [n_new t] is the number of members that [create] did not get. *)
end
