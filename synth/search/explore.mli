(** Enumerate, evaluate, keep what is new: the search itself. *)

open Grammar

type statistics = {
  enumerated : int;
  failed : int;  (** raised, or exceeded the step limit *)
  counted : int;  (** gave an output that counts *)
  last_cost : int;  (** of the last program enumerated, in {!Grammar.Pcfg.cost_scale} units *)
  stop : Limits.stop;
}

module Make (S : Semantics.S) : sig
  module Frontier : module type of Frontier.Make (S)

  val run : ?watch:(int -> bool) -> ?share:int * int -> Pcfg.t -> Limits.budget -> Frontier.t -> statistics
  (** [run g budget frontier] offers to [frontier] the programs of [g] in order of cost. [watch] is told the number
      enumerated, every few milliseconds at most; when it is false the search stops. With [share:(i, n)] only the [i]th of
      every [n] stretches of the enumeration is evaluated, the rest counted: [n] searches together evaluate everything.
      Raises [Not_found] when [g] has a primitive that the domain does not. *)
end
