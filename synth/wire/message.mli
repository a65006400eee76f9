(** The messages that the executables read and write. Field names are those of the original's archives. *)

(* coupling: pyssnn/synthesis/executables.py writes the requests and reads the replies. *)

type explore = {
  frontier : string list;  (** names of files in [representations_dir] *)
  dsl_file : string;
  next_dsl_file : string;
  representations_dir : string;
  max_novel_representations : int;
  max_programs : int;  (** the budget; 1,000,000 unless given *)
  exploration_timeout : float;  (** seconds, the safety clock; 600 unless given *)
  program_size_limit : int;  (** 150 unless given *)
  steps : int;
      (** what an evaluation may take. The original gave each of [attempts] (1) evaluations [eval_timeout] (0.1) seconds;
          so that results do not depend on the machine, a second here stands for ten million steps, and attempts add up *)
  max_diff : float;  (** nats; 0.5 unless given *)
  max_conn : int;  (** 10 unless given *)
}

val explore : Decode.t -> explore
(** Raises {!Invalid.Error}. *)

val explore_reply :
  found:string list -> replacements:(string * string) list -> Search.Explore.statistics -> Yojson.Safe.t
(** [new] and [replaced] count, [new_representations] names the new files, [replacements] pairs old files with new;
    [n_enumerated], [n_failed], [max_description_length] (nats) and [stopped] tell of the search. *)

type incorporate = {
  dsl_file : string;
  next_dsl_file : string;
  representations_dir : string;
  pruned_primitives : string list;  (** names of inventions to leave out; none unless given *)
  invented_primitives : (string * string) list;  (** name and body, as stitch writes it *)
  replacements : (string * string) list;  (** a file's name, and its program rewritten *)
  steps : int;
  max_conn : int;
}

val incorporate : Decode.t -> incorporate
(** Raises {!Invalid.Error}. *)

val incorporate_reply :
  next_dsl_mass:int -> replacements:(string * string) list -> rejected:(string * string) list -> Yojson.Safe.t
(** [rejected] pairs a file with the reason why its rewriting was refused. *)

val request : unit -> Decode.t
(** [request ()] is the message on standard input. Raises {!Invalid.Error}. *)
