(* Many requests in one process: explore, incorporate_stitch and ping, in frames on standard input and output. *)

open Cmdliner

let serve () =
  Gc.set { (Gc.get ()) with minor_heap_size = 1 lsl 20; space_overhead = 400 };
  Sys.set_signal Sys.sigpipe Signal_ignore;
  (* A terminal sends its Ctrl-C to the client, too, and the client then cancels what it no longer wants. *)
  Sys.set_signal Sys.sigint Signal_ignore;
  Sys.set_signal Sys.sigterm Signal_default;
  Wire.Invalid.exit_with_json (fun () -> Commands.Service.run Unix.stdin Unix.stdout)

let man =
  [
    `S "MESSAGES";
    `P "Each is four bytes of length, big-endian, and that many bytes of JSON. Requests, on standard input:";
    `I ("{\"id\", \"call\", \"message\", \"progress\"}",
        "a call ($(b,explore), $(b,incorporate_stitch) or $(b,ping)), its message, and whether to report on a search (false)");
    `I ("{\"cancel\"}", "the id of a request that is no longer wanted; a search that is cancelled has written nothing");
    `P "Replies, on standard output:";
    `I ("{\"id\", \"result\"}", "what the executable of that name prints");
    `I ("{\"id\", \"error\"}", "what it prints when it exits with 2; the service goes on");
    `I ("{\"id\", \"exception\"}", "what no input should cause; the service goes on");
    `I ("{\"id\", \"cancelled\"}", "the request was cancelled");
    `I ("{\"id\", \"progress\"}", "n_enumerated and seconds of the search under way");
    `S Manpage.s_exit_status;
    `P "0 when standard input ends, which stops a search: nothing is written then; 2 with one line of JSON on standard error \
        when what comes is no frame.";
  ]

let () =
  let info = Cmd.info "serve" ~doc:"answer many requests in one process" ~man ~exits:[] in
  exit (match Cmd.eval_value ~catch:false (Cmd.v info Term.(const serve $ const ())) with Ok _ -> 0 | Error _ -> 2)
