(** The expression domain once more, plainly: one point at a time, numbers and lists. And problems to search. *)

open Lambda
open Grammar
open Domains

exception Undefined

type env = (string * float) list
(** The inputs at one point. *)

val value : env -> Term.t -> float
(** [value env t] may be infinite or NaN. *)

val values : env list -> Term.t -> float list
(** [values envs t] are its values at the points. Raises {!Undefined} where the search drops [t] or a part of it: a number is out of
    range, or a sum vanishes at all points. *)

val gradient : env -> string list -> Term.t -> float list
(** [gradient env names t] are its derivatives by the inputs [names], by the rules of calculus. *)

val flat : float array -> Expression_points.flat

val problem : ?tangents:int * Expression_points.flat -> string list -> env list -> float list list -> Expression_points.t
(** [problem ~tangents names envs gradients] has the points [envs] and the latent's gradients there. *)

(** {1 Problems} *)

val names : string list
(** [x] and [y]. *)

val random_envs : Random.State.t -> string list -> int -> env list
(** [random_envs state names n] are [n] points with numbers between 0.3 and 1.8. *)

val library : ?weight:(string -> float) -> string list -> string list -> string list -> Dsl.t
(** [library ~weight inputs constants operations] has the domain's weights unless given. *)

val default_grammar : Pcfg.t
(** Of {!names}, 1, 2 and the default operations. *)

val budget : Search.Limits.budget
(** 3,000 programs. *)

type found = { kept : (Term.t * int) list; nearest : (Term.t * int) list; terms : Term.t list; statistics : Search.Solve.statistics }
(** Programs with their costs. *)

val search :
  ?budget:Search.Limits.budget ->
  ?units:Expression_unit.table * (string * Expression_unit.t) list ->
  ?types:(string * Expression_sign.t) list ->
  ?room:int ->
  ?terms:int ->
  ?enough:float ->
  Pcfg.t ->
  Expression_points.t ->
  found
(** [search g points] searches at all points. *)

val value_key : env list -> Term.t -> string
(** [value_key envs t] is equal for programs whose values and derivatives by {!names} agree up to rounding. Raises {!Undefined}. *)
