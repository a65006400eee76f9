(** Where expressions are valued: points, the latent's gradients there, and directions to differentiate in. *)

type flat = (float, Bigarray.float64_elt, Bigarray.c_layout) Bigarray.Array1.t

type t = {
  names : string array;  (** of the inputs *)
  n : int;  (** points, at least 1 *)
  points : flat;  (** [n] rows of one number for each input *)
  gradients : flat;  (** the same of the latent's gradients *)
  tangents : (int * flat) option;
      (** [(k, t)]: at each point, for each input, its components along the [k] directions of a basis of the data's
          tangent space. Without it the directions are the inputs'. *)
}

val directions : t -> int

val everywhere : t -> int array
(** [everywhere t] are the numbers of all points. *)

val first : t -> int -> int array
(** [first t n] are the numbers of the first [n] points at which the latent has a gradient, or of as many as there are. *)

(** {1 At the points of these numbers} *)

val rows : ?units:Expression_unit.table -> t -> at:int array -> typed:bool -> ordered:bool -> Expression_rows.t

val input : t -> at:int array -> int -> float array * float array
(** [input t ~at i] are the values of input [i] and its derivatives, by direction, then point. *)

val latent : t -> at:int array -> Expression_direction.latent
(** [latent t ~at] are the latent's gradients along the directions. Raises [Invalid_argument] where one is not finite, or when all
    are 0. *)
