open Lambda
open Grammar
open Support

let grammar dsl = Pcfg.make dsl (Dsl.request dsl)

(* The first [n] programs with their costs; fewer when there are no more. *)
let first g n =
  let e = Search.Buckets.create g and nonterminal = Pcfg.start g in
  let rec classes index found =
    if List.length found < n && Search.Buckets.ensure e ~nonterminal ~index then begin
      let found = ref found in
      Search.Buckets.blocks e ~nonterminal ~index (fun b ->
          for i = 0 to min n (Search.Buckets.n_derivations b) - 1 do
            found := (Search.Buckets.term e ~nonterminal ~rank:(b.first + i), b.cost) :: !found
          done);
      classes (index + 1) !found
    end
    else found
  in
  List.filteri (fun i _ -> i < n) (List.rev (classes 0 []))

let sorted programs = List.sort compare (List.map (fun (t, cost) -> (cost, Notation.print Stitch t)) programs)

let enumeration_of name ?count inputs =
  [
    property ?count (name ^ ": the programs of brute force, each once") inputs (fun dsl ->
        let g = grammar dsl in
        let n = 300 in
        let found = first g n in
        let last = List.fold_left (fun _ (_, cost) -> cost) 0 found in
        (* The last cost may be cut in the middle of a tie: compare what is cheaper, and how many there are at least. *)
        let bound = if List.length found < n then last + 1 else last - 1 in
        let all = derivations g (Pcfg.start g) bound in
        sorted (List.filter (fun (_, cost) -> cost <= bound) found) = sorted all
        && List.length (List.sort_uniq compare (sorted found)) = List.length found);
    property ?count (name ^ ": costs never decrease, and are those of the programs") inputs (fun dsl ->
        let g = grammar dsl in
        let found = first g 300 in
        let rec ascending = function (_, a) :: ((_, b) :: _ as rest) -> a <= b && ascending rest | _ -> true in
        ascending found
        && List.for_all
             (fun (t, cost) ->
               (* Each production's cost is rounded, by half a unit at most. *)
               let exact = -.Inside_outside.log_likelihood g t in
               Float.abs (Pcfg.nats cost -. exact) <= float_of_int (Term.size t) /. Pcfg.cost_scale)
             found);
  ]

let graph_grammars =
  let weights = QCheck.(array_of_size (Gen.return (Dsl.size grown_dsl)) (float_range (-3.) 0.)) in
  QCheck.(set_shrink Shrink.nil (map (Dsl.with_weights grown_dsl) weights))

let finite =
  case "a finite language ends" (fun () ->
      let s = Ty.constant "s" in
      let entry name ty = { Dsl.term = Term.Primitive { name; ty }; log_likelihood = 0. } in
      let dsl = Dsl.make ~state_type:s ~var_log_likelihood:0. [ entry "f" Ty.(s @-> s); entry "g" Ty.(s @-> s) ] in
      Alcotest.(check int) "two programs" 2 (List.length (first (grammar dsl) 10)))

let heap =
  property "a heap sorts" QCheck.(list small_nat) (fun xs ->
      let h = Search.Int_heap.create () in
      List.iter (Search.Int_heap.push h) xs;
      let out = List.map (fun _ -> Search.Int_heap.pop h) xs in
      out = List.sort compare xs && Search.Int_heap.is_empty h)

let budget = { Search.Limits.programs = 20_000; size = 150; seconds = 600.; memory = max_int }

let explore ?(budget = budget) ?(step_limit = 1_000_000) ?(known = []) ~room dsl =
  let (module G) = Domains.Graph_domain.make ~step_limit () in
  let module Explore = Search.Explore.Make (G) in
  let module Evaluate = Search.Evaluate.Make (G) in
  let output t = Option.get (G.run (Evaluate.value t)) in
  let frontier = Explore.Frontier.create ~room (List.map (fun t -> (t, output t)) known) in
  let statistics = Explore.run (grammar dsl) budget frontier in
  (statistics, List.map (fun (m : Explore.Frontier.member) -> (m.best.program, m.output, m.origin, m.origin >= 0 && m.best.rank >= 0)) (Explore.Frontier.members frontier))

(* The same through the processes that share a search. *)
let explore_with ?(budget = budget) ?(step_limit = 1_000_000) ?watch ?(workers = 1) ?(alternatives = 0) ?(known = []) ~room dsl =
  let (module G) = Domains.Graph_domain.make ~step_limit () in
  let module Workers = Search.Workers.Make (G) in
  let module Evaluate = Search.Evaluate.Make (G) in
  let output t = Option.get (G.run (Evaluate.value t)) in
  let statistics, members = Workers.run ?watch ~workers ~output ~alternatives ~room ~known:(List.map (fun t -> (t, output t)) known) (grammar dsl) budget in
  let programs (m : Workers.Frontier.member) =
    List.map (fun (c : Workers.Frontier.candidate) -> (c.rank, c.mass, Notation.print Stitch c.program)) (m.best :: m.alternatives)
  in
  (statistics, List.map (fun (m : Workers.Frontier.member) -> (m.origin, m.first, programs m)) members)

let graph_of t =
  let (module G) = Domains.Graph_domain.make () in
  let module Evaluate = Search.Evaluate.Make (G) in
  G.run (Evaluate.value t)

let isomorphic = Domains.Graph_domain.equivalent

(* What the frontier should hold after these programs, one at a time and with no cleverness. *)
let plain_frontier ~room programs =
  let rec offer n members t output =
    match members with
    | (t', output') :: rest when isomorphic output output' ->
      (if Term.mass t < Term.mass t' then (t, output) else (t', output')) :: rest
    | member :: rest -> member :: offer (n + 1) rest t output
    | [] -> if n < room then [ (t, output) ] else []
  in
  List.fold_left
    (fun members (t, _) -> match graph_of t with Some output -> offer 0 members t output | None -> members)
    [] programs

let texts members = List.map (fun (t, _) -> Notation.print Stitch t) members

let frontier =
  List.map
    (fun room ->
      case (Printf.sprintf "the frontier with room for %d is the plain one" room) (fun () ->
          let _, members = explore ~room grown_dsl in
          let plain = plain_frontier ~room (first (grammar grown_dsl) budget.programs) in
          Alcotest.(check bool) "finds graphs" true (List.length plain > 1);
          Alcotest.(check (list string)) "members" (texts plain) (texts (List.map (fun (t, o, _, _) -> (t, o)) members))))
    [ 2; 1000 ]
  @ [
      case "alternatives are the lightest other programs of the graph" (fun () ->
          let _, members = explore_with ~alternatives:3 ~room:5 grown_dsl in
          let programs = List.map fst (first (grammar grown_dsl) budget.programs) in
          let lightest output =
            List.filter (fun t -> match graph_of t with Some o -> isomorphic o output | None -> false) programs
            |> List.stable_sort (fun a b -> compare (Term.mass a) (Term.mass b))
            |> List.filteri (fun i _ -> i < 4)
          in
          List.iter
            (fun (_, _, found) ->
              let texts = List.map (fun (_, _, text) -> text) found in
              let output = Option.get (graph_of (read grown_dsl (List.hd texts))) in
              Alcotest.(check (list string)) "programs" (List.map (Notation.print Stitch) (lightest output)) texts)
            members;
          Alcotest.(check bool) "there are some" true (List.exists (fun (_, _, found) -> List.length found = 4) members));
      case "a known program is replaced by a smaller one of the same graph" (fun () ->
          let long = read grown_dsl "(push (pop (push (add (connect identity)))))" in
          let _, members = explore ~known:[ long ] ~room:0 grown_dsl in
          match members with
          | [ (t, _, 0, true) ] -> Alcotest.(check int) "mass" 4 (Term.mass t)
          | _ -> Alcotest.fail "not one replaced member");
      case "two known programs may not build the same graph" (fun () ->
          let t = read grown_dsl "(push (add (connect identity)))" in
          let (module G) = Domains.Graph_domain.make () in
          let module Frontier = Search.Frontier.Make (G) in
          let output = Option.get (graph_of t) in
          match Frontier.create ~room:0 [ (t, output); (t, output) ] with
          | _ -> Alcotest.fail "created"
          | exception Frontier.Equivalent (0, 1) -> ());
    ]

let names members = List.map (fun (t, _, _, _) -> Notation.print Stitch t) members

let budgets =
  [
    case "a budget in programs is kept to" (fun () ->
        let statistics, _ = explore ~budget:{ budget with programs = 1234 } ~room:10 grown_dsl in
        Alcotest.(check int) "enumerated" 1234 statistics.enumerated;
        Alcotest.(check string) "stop" "programs" (Search.Limits.stop_name statistics.stop));
    case "a safety clock that fires is recorded" (fun () ->
        let statistics, _ = explore ~budget:{ budget with programs = max_int; seconds = 0.05 } ~room:10 grown_dsl in
        Alcotest.(check string) "stop" "clock" (Search.Limits.stop_name statistics.stop));
    case "a memory limit that is reached is recorded" (fun () ->
        let limit = 8 * (Gc.quick_stat ()).heap_words + 20_000_000 in
        let statistics, members = explore ~budget:{ budget with programs = max_int; memory = limit } ~room:10 grown_dsl in
        Alcotest.(check string) "stop" "memory" (Search.Limits.stop_name statistics.stop);
        Alcotest.(check bool) "near the limit" true (8 * (Gc.quick_stat ()).heap_words < limit + (limit / 2));
        Alcotest.(check bool) "what was found is there" true (List.length members > 1));
    case "programs above the size limit are not evaluated" (fun () ->
        let statistics, members = explore ~budget:{ budget with size = 2 } ~room:10 grown_dsl in
        Alcotest.(check int) "enumerated all the same" budget.programs statistics.enumerated;
        Alcotest.(check (list string)) "the graphs of two primitives" [ "(fn_0 identity)"; "(fn_0 fn_2)" ] (names members));
    case "programs above the step limit are counted and skipped" (fun () ->
        let all, _ = explore ~room:1000 grown_dsl in
        let few, members = explore ~step_limit:8 ~room:1000 grown_dsl in
        Alcotest.(check int) "none fails with room to run" 0 all.failed;
        Alcotest.(check bool) "some fail without" true (few.failed > 0 && few.counted < all.counted);
        Alcotest.(check bool) "short ones are found" true (members <> []));
    case "the search is the same each time" (fun () ->
        let once = explore ~room:50 grown_dsl and again = explore ~room:50 grown_dsl in
        Alcotest.(check (list string)) "members" (names (snd once)) (names (snd again));
        Alcotest.(check int) "cost" (fst once).last_cost (fst again).last_cost);
  ]

let workers =
  [
    property ~count:12 "eight find what one finds" QCheck.(quad (int_bound 60) (int_bound 3) (int_bound 60_000) graph_grammars)
      (fun (room, alternatives, programs, dsl) ->
        let known = [ read dsl "(push (pop (push (add (connect identity)))))" ] in
        let found workers = explore_with ~budget:{ budget with programs } ~workers ~alternatives ~room ~known dsl in
        let one, members = found 1 and eight, members' = found 8 in
        members = members' && one = eight);
    property ~count:12 "also where programs exceed the step limit" QCheck.(pair (int_range 3 40) (int_bound 30_000)) (fun (step_limit, programs) ->
        let dsl =
          Rewrite.Incorporate.inventions grown_dsl
            [ ("fn_3", "(if_positions_equal #0 #1 #0 #1 #0)"); ("fn_4", "(fn_3 #0 (fn_3 #0 (func #0 #0)))") ]
        in
        let found workers = explore_with ~budget:{ budget with programs } ~step_limit ~workers ~alternatives:2 ~room:20 dsl in
        found 1 = found 5);
    case "a worker that dies ends the search, and leaves no other" (fun () ->
        let children () =
          let file = Printf.sprintf "/proc/self/task/%d/children" (Unix.getpid ()) in
          let channel = open_in file in
          let line = try input_line channel with End_of_file -> "" in
          close_in channel;
          List.filter_map int_of_string_opt (String.split_on_char ' ' line)
        in
        if Sys.file_exists (Printf.sprintf "/proc/self/task/%d/children" (Unix.getpid ())) then begin
          let killed = ref false in
          let watch _ =
            if not !killed then begin
              killed := true;
              Unix.kill (List.hd (children ())) Sys.sigkill
            end;
            true
          in
          (match explore_with ~watch ~workers:4 ~budget:{ budget with programs = 2_000_000 } ~room:10 grown_dsl with
          | _ -> Alcotest.fail "a search without one of its workers"
          | exception Failure _ -> ());
          Alcotest.(check (list int)) "children" [] (children ())
        end);
    case "a cancelled search leaves no worker" (fun () ->
        let calls = ref 0 in
        let watch _ = incr calls; !calls < 3 in
        let statistics, _ = explore_with ~watch ~workers:3 ~budget:{ budget with programs = max_int } ~room:10 grown_dsl in
        Alcotest.(check string) "stop" "cancelled" (Search.Limits.stop_name statistics.stop);
        match Unix.waitpid [ WNOHANG ] (-1) with
        | _ -> Alcotest.fail "a child is left"
        | exception Unix.Unix_error (ECHILD, _, _) -> ());
  ]

(* What the inner loop leaves to the garbage collector, all told: closures of blocks, new states, values kept. *)
let allocation =
  case "a program allocates a few words" (fun () ->
      let n = 300_000 in
      let before = Gc.minor_words () in
      let _ = explore ~budget:{ budget with programs = n } ~room:50 graph_dsl in
      let words = (Gc.minor_words () -. before) /. float_of_int n in
      if words > 25. then Alcotest.failf "%.1f words a program" words)

let () =
  Alcotest.run "search"
    [
      ("heap", [ heap ]);
      ( "enumeration",
        enumeration_of "random libraries" small_dsl
        @ enumeration_of ~count:20 "the graph domain, uneven weights" graph_grammars
        @ [ finite ] );
      ("frontier", frontier);
      ("budgets", budgets);
      ("workers", workers);
      ("allocation", [ allocation ]);
    ]
