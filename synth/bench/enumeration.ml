(* Two tables. Programs a second from each library given, named and evaluated, and the memory they take, beside the plain
   enumerator on the same grammar; and the distinct graphs against programs and seconds, with all programs and without
   those that the domain's equations make redundant. benchmarks/enumeration.py runs it. *)

open Grammar
open Domains

(* The result of [f] in a process of its own: nothing that was measured before is in its memory. *)
let apart f =
  let from_child, to_parent = Unix.pipe () in
  match Unix.fork () with
  | 0 ->
    let channel = Unix.out_channel_of_descr to_parent in
    Marshal.to_channel channel (f ()) [];
    flush channel;
    Unix._exit 0
  | pid ->
    Unix.close to_parent;
    let channel = Unix.in_channel_of_descr from_child in
    let result = Marshal.from_channel channel in
    close_in channel;
    ignore (Unix.waitpid [] pid);
    result

let timed f =
  let start = Unix.gettimeofday () in
  let result = f () in
  (result, Unix.gettimeofday () -. start)

let median xs = List.nth (List.sort compare xs) (List.length xs / 2)

(* Name every program: its production and the ranks of its arguments. *)
let named g n =
  let e = Search.Buckets.create g and nonterminal = Pcfg.start g in
  let left = ref n and sum = ref 0 in
  let block (b : Search.Buckets.block) =
    let last = Array.length b.ranks - 1 in
    let rec go i so_far =
      if i > last then begin
        sum := !sum + so_far;
        decr left
      end
      else
        for rank = b.ranks.(i) to b.ranks.(i) + b.counts.(i) - 1 do
          if !left > 0 then go (i + 1) (so_far + rank)
        done
    in
    go 0 b.production.entry
  in
  let index = ref 0 in
  while !left > 0 && Search.Buckets.ensure e ~nonterminal ~index:!index do
    Search.Buckets.blocks e ~nonterminal ~index:!index block;
    incr index
  done;
  ignore (Sys.opaque_identity !sum);
  e

let evaluated ?(room = 50) g n =
  let (module G) = Graph_domain.make () in
  let module Explore = Search.Explore.Make (G) in
  let frontier = Explore.Frontier.create ~room [] in
  let budget = { Search.Limits.programs = n; size = 150; seconds = 3600.; memory = max_int } in
  ignore (Explore.run g budget frontier);
  Explore.Frontier.n_new frontier

let plain_evaluated g n =
  let (module G) = Graph_domain.make () in
  let module Evaluate = Search.Evaluate.Make (G) in
  let module Frontier = Search.Frontier.Make (G) in
  let frontier = Frontier.create ~room:50 [] in
  let rank = ref 0 in
  Plain.enumerate g n (fun term _ ->
      incr rank;
      match G.run (Evaluate.value term) with
      | Some output -> Frontier.offer frontier ~rank:!rank ~mass:(Lambda.Term.mass term) (fun () -> term) output
      | None -> ())

let name file = Filename.remove_extension (Filename.basename file)

(* Means over a thousand programs, evenly spread. *)
let means g n =
  let e = named g n and nonterminal = Pcfg.start g in
  let sample = List.init 1000 (fun i -> Search.Buckets.term e ~nonterminal ~rank:(i * (n / 1000))) in
  let mean f = float_of_int (List.fold_left (fun sum t -> sum + f t) 0 sample) /. 1000. in
  (mean Lambda.Term.size, mean Lambda.Term.mass)

let heap_bytes () = float_of_int (8 * (Gc.quick_stat ()).top_heap_words)

let speed ~n ~repeats file g =
  let size, mass = apart (fun () -> means g n) in
  let few = n / 20 in
  let rate n f = median (List.init repeats (fun _ -> apart (fun () -> let _, s = timed f in float_of_int n /. s))) in
  let named_rate = rate n (fun () -> ignore (named g n)) in
  let evaluated_rate = rate n (fun () -> ignore (evaluated g n)) in
  let plain_rate = rate few (fun () -> plain_evaluated g few) in
  let bytes =
    apart (fun () ->
        let before = heap_bytes () in
        ignore (evaluated g n);
        (heap_bytes () -. before) /. float_of_int n)
  in
  Printf.printf "%-14s %10d %6.1f %6.1f %12.0f %12.0f %10.0f %8.1f %8.1f %9.2e %9.2e\n%!" (name file) (Dsl.size (Pcfg.dsl g)) size mass
    named_rate evaluated_rate plain_rate (evaluated_rate /. plain_rate) bytes (evaluated_rate *. size) (evaluated_rate *. mass)

let graphs file g =
  let row which g =
    List.iter
      (fun n ->
        let found, seconds = apart (fun () -> timed (fun () -> evaluated ~room:max_int g n)) in
        Printf.printf "%-14s %-18s %10d %8d %9.2f\n%!" (name file) which n found seconds)
      [ 100_000; 1_000_000; 10_000_000 ]
  in
  row "all programs" g;
  row "without redundant" (Pcfg.without ~normalised:false Graph_equations.redexes g)

let () =
  Gc.set { (Gc.get ()) with minor_heap_size = 1 lsl 20; space_overhead = 200 };
  let n = int_of_string Sys.argv.(1) and repeats = int_of_string Sys.argv.(2) in
  let files = Array.to_list (Array.sub Sys.argv 3 (Array.length Sys.argv - 3)) in
  let grammars =
    List.map
      (fun file ->
        let dsl = Wire.Dsl_file.read ~primitives:Graph_domain.primitives ~state_type:Graph_domain.state_type file in
        (file, Pcfg.make dsl (Dsl.request dsl)))
      files
  in
  Printf.printf "%-14s %10s %6s %6s %12s %12s %10s %8s %8s %9s %9s\n" "library" "primitives" "size" "mass" "named/s" "evaluated/s"
    "plain/s" "ratio" "bytes" "nodes/s" "mass/s";
  List.iter (fun (file, g) -> speed ~n ~repeats file g) grammars;
  Printf.printf "\n%-14s %-18s %10s %8s %9s\n" "library" "" "programs" "graphs" "seconds";
  List.iter (fun (file, g) -> graphs file g) grammars
