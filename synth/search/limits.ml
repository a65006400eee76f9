type budget = { programs : int; size : int; seconds : float; memory : int }
type stop = Solved | Programs | Clock | Exhausted | Memory | Cancelled

let stop_name = function
  | Solved -> "solved"
  | Programs -> "programs"
  | Clock -> "clock"
  | Exhausted -> "exhausted"
  | Memory -> "memory"
  | Cancelled -> "cancelled"

exception Stop of stop

type t = {
  budget : budget;
  deadline : float;
  watch : int -> bool;
  beside : unit -> int;
  mutable enumerated : int;
  mutable next : int;  (* how many programs there are at the next look *)
  mutable stride : int;
  mutable looked : float;
}

let longest_stride = 4096
let longest = 0.005 (* seconds between two looks *)

let start ?(watch = fun _ -> true) ?(beside = fun () -> 0) budget =
  let now = Unix.gettimeofday () in
  { budget; deadline = now +. budget.seconds; watch; beside; enumerated = 0; next = 0; stride = 1; looked = now }

let look l =
  if not (l.watch l.enumerated) then raise (Stop Cancelled);
  let now = Unix.gettimeofday () in
  if now > l.deadline then raise (Stop Clock);
  if ((Gc.quick_stat ()).heap_words * (Sys.word_size / 8)) + l.beside () > l.budget.memory then raise (Stop Memory);
  l.stride <- (if now -. l.looked > longest then max 1 (l.stride / 2) else min longest_stride (2 * l.stride));
  l.looked <- now

let before l n =
  if n >= l.next then begin
    l.enumerated <- n;
    if n >= l.budget.programs then raise (Stop Programs);
    look l;
    l.next <- min l.budget.programs (n + l.stride)
  end
