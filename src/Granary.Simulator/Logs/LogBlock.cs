namespace Granary.Simulator.Logs;

/// <summary>A kind of passage in a log: lines of one tool, in turn or mixed.</summary>
internal sealed record LogBlock(int Weight, int Lines, bool InTurn, string Header, params string[] Bodies)
{
    public LineTemplate HeaderTemplate { get; } = new(Header);

    public LineTemplate[] BodyTemplates { get; } = [.. Bodies.Select(body => new LineTemplate(body))];

    /// <summary>The passages, weighted roughly as lines of continuous integration are: builds and tests first.</summary>
    public static LogBlock[] All { get; } =
    [
        new(6, 40, false, "TASK [{task}] ***********************************************",
            "ok: [node-{n}]", "changed: [node-{n}]", "ok: [node-{n}] => (item={pkg})", "skipping: [node-{n}] => (item={svc})",
            "included: /home/zuul/src/{dir}/tasks/{here}.yaml for node-{n}"),
        new(5, 80, true, "+ sudo apt-get --assume-yes install {pkg} {pkg} {pkg}",
            "Selecting previously unselected package {pkg}:amd64.",
            "Preparing to unpack .../{c}-{pkg}_{ver}-1ubuntu2_amd64.deb ...",
            "Unpacking {pkg}:amd64 ({ver}-1ubuntu2) ...",
            "Setting up {pkg}:amd64 ({ver}-1ubuntu2) ...",
            "Get:{c} http://mirror.example.org/ubuntu noble/main amd64 {pkg} amd64 {ver}-1ubuntu2 [{m} kB]"),
        new(5, 60, true, "+ python3 -m pip install -r /home/zuul/src/{dir}/requirements.txt",
            "Collecting {pkg}>={ver} (from -r requirements.txt (line {c}))",
            "  Downloading {pkg}-{ver}-py3-none-any.whl ({m} kB)",
            "Requirement already satisfied: {pkg} in ./.tox/py312/lib/python3.12/site-packages ({ver})"),
        new(16, 150, false, "cmake --build build --parallel 8",
            "[{c}/{t}] Building CXX object {near}.cc.o",
            "[{c}/{t}] Building CXX object {near}.cc.o",
            "[{c}/{t}] Building CXX object {near}.cc.o",
            "/usr/bin/c++ -DNDEBUG -I/home/zuul/src/include -I/home/zuul/src/{dir} -O2 -g -fPIC -Wall -Wextra -std=gnu++20 -fstack-protector-strong -Wno-unused-parameter -isystem /usr/include/{here} -MD -MT {near}.cc.o -MF {near}.cc.o.d -o {near}.cc.o -c /home/zuul/src/{near}.cc",
            "[{c}/{t}] Linking CXX static library lib{here}.a"),
        new(2, 12, true, "In file included from /home/zuul/src/{near}.cc:{n}:",
            "/home/zuul/src/{file}.h:{m}:{n}: warning: unused parameter '{sym}' [-Wunused-parameter]",
            "  {m} | static int {sym}(struct {sym} *{here}, size_t {here}_len)",
            "      |            ~~~~~~~^~~~~~~~~~~~",
            "/home/zuul/src/{file}.h:{m}:{n}: note: declared here"),
        new(14, 120, false, "========================= test session starts: {dir} =========================",
            "tests/{dir}/test_{here}.py::{class}Test::{test} PASSED [ {pct}%]",
            "tests/{dir}/test_{here}.py::{class}Test::{test} PASSED [ {pct}%]",
            "tests/{dir}/test_{here}.py::{class}Test::{test} PASSED [ {pct}%]",
            "tests/{dir}/test_{here}.py::{class}Test::{test} SKIPPED (needs {svc}) [ {pct}%]",
            "worker {n}: {dir}.test_{here}.{class}Test.{test} [{s}s] ... ok"),
        new(8, 90, false, "Running {svc} with configuration /etc/{svc}/{here}.conf",
            "INFO {dir}.{here} [req-{sha} admin] {class} {sym} finished in {s}s",
            "DEBUG {dir}.{here} [req-{sha} admin] Acquired lock \"{sym}\" by \"{class}.{sym}\" :: waited 0.00{n}s",
            "DEBUG {dir}.{here} [req-{sha} admin] Lock \"{sym}\" released by \"{class}.{sym}\" :: held {s}s",
            "INFO {dir}.{here} [req-{sha} admin] \"GET /v2.1/{here}s/detail?limit={n} HTTP/1.1\" status: 200 len: {m} time: 0.{n}",
            "WARNING {dir}.{here} [req-{sha} admin] {class} took {s}s, longer than its interval of 10s",
            "DEBUG {dir}.{here} [-] {class}.{sym}: {here}_count={n} {here}_limit=4096 {here}_window=64 in /opt/stack/{near}.py:{m}"),
        new(2, 14, true, "Traceback (most recent call last):",
            "  File \"/opt/stack/{file}.py\", line {m}, in {sym}",
            "    return self.{sym}(context, {here}, {here}_id={here}.id)"),
        new(3, 50, true, "Pulling image registry.example.org/{dir}:{ver}",
            "{hex}: Pulling fs layer", "{hex}: Download complete", "{hex}: Pull complete"),
        new(2, 30, false, "npm install in /home/zuul/src/{dir}/ui",
            "npm warn deprecated {word}-{word}@{ver}: this version is no longer supported",
            "added {word}-{word}@{ver} from registry.example.org in {n}ms"),
        new(1, 8, false, "retrying {svc} health check",
            "ERROR {dir}.{here} [-] {class} is not reachable, attempt {c} of {t}", "WARNING {dir}.{here} [-] will try again in {n}s"),
    ];
}
